/** The class that the circuit says, and the votes that led to it. */

import { h, valueText } from "../dom";
import { voteShares, type Model } from "../model";

export class VotesPanel {
  readonly node: HTMLElement;
  private readonly answer = h("output", { class: "answer" });
  private readonly verdict = h("p", { class: "verdict" });
  private readonly rows = h("ol", { class: "votes", "aria-label": "Votes of each class" });
  private readonly notes = h("div", { class: "notes" });
  private readonly live = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
  private bars: { row: HTMLElement; bar: HTMLElement; value: HTMLElement }[] = [];
  private saying = 0;

  constructor(private readonly model: Model) {
    this.node = h(
      "section",
      { class: "panel result", "aria-label": "Result" },
      h("div", { class: "said" }, this.answer, this.verdict),
      this.rows,
      this.notes,
      this.live,
    );
    model.on((change) => (change === "values" || change === "circuit") && this.fill());
    this.fill();
  }

  private fill(): void {
    const { model } = this;
    const { circuit } = model;
    const index = model.classIndex();
    this.node.classList.toggle("plain", index === null);
    if (!circuit) this.answer.textContent = "–";
    else this.answer.textContent = index === null ? "" : model.className(index);
    this.answer.classList.toggle("long", (this.answer.textContent ?? "").length > 3);
    this.verdict.textContent = this.verdictText(index);
    const label = model.label();
    this.verdict.dataset.right = index === null || label === null ? "" : String(index === label);
    this.fillRows(index);
    this.notes.replaceChildren(...this.noteTexts().map((text) => h("p", {}, text)));
    this.speak(index);
  }

  private verdictText(index: number | null): string {
    const { model } = this;
    if (!model.circuit) return "This circuit is not in the page, so it cannot be evaluated here.";
    if (index === null) return this.outputText();
    const label = model.label();
    if (label === null) return "said by the circuit";
    return index === label ? "right: this is the label" : `wrong: the label is ${model.className(label)}`;
  }

  private outputText(): string {
    const all = Object.entries(this.model.outputsOf());
    if (all.length === 0) return "The circuit has no outputs.";
    const shown = all.slice(0, 12).map(([name, value]) => `${name} = ${valueText(value)}`);
    return shown.join(", ") + (all.length > shown.length ? ` and ${all.length - shown.length} more` : "");
  }

  private noteTexts(): string[] {
    const { model } = this;
    const notes = model.circuit ? model.classNotes() : [];
    const votes = model.votes();
    if (votes) notes.push(`Votes from ${votes.source}.`);
    return notes;
  }

  private fillRows(index: number | null): void {
    const votes = this.model.votes();
    const sums = votes?.sums ?? [];
    if (this.bars.length !== sums.length) {
      this.bars = sums.map((_, c) => {
        const bar = h("span", { class: "fill" });
        const value = h("span", { class: "sum" });
        const name = this.model.className(c);
        const row = h("li", {}, h("span", { class: "name", title: name }, name), h("span", { class: "track" }, bar), value);
        return { row, bar, value };
      });
      this.rows.replaceChildren(...this.bars.map(({ row }) => row));
    }
    const shares = voteShares(sums);
    this.bars.forEach(({ row, bar, value }, c) => {
      bar.style.transform = `scaleX(${shares[c].toFixed(4)})`;
      value.textContent = String(sums[c]);
      row.classList.toggle("wins", c === index);
      row.classList.toggle("label", c === this.model.label());
    });
  }

  /** Said once the hand rests, not at each stroke. */
  private speak(index: number | null): void {
    clearTimeout(this.saying);
    this.saying = window.setTimeout(() => {
      const { model } = this;
      this.live.textContent = index === null ? (this.verdict.textContent ?? "") : `class ${model.className(index)}, ${this.verdictText(index)}`;
    }, 400);
  }
}
