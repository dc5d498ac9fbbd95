/** A circuit too large for the page. */

import { count, s } from "../dom";
import type { Model } from "../model";
import type { View } from "../stage";
import { Overview } from "./overview";

export class SummaryView implements View {
  private readonly parts: Overview;
  readonly label = "A summary: the circuit is too large to be shown gate by gate";
  readonly content = s("g");
  readonly closest = 2;

  constructor(private readonly model: Model) {
    this.parts = new Overview(model, null);
    this.lay();
  }

  private lay(): void {
    const scene = this.model.scene.circuits[this.model.current];
    const text = `This circuit has ${count(scene.gates)} gates, more than a page can hold: only its parts and figures are shown.`;
    this.content.replaceChildren(this.parts.content, s("text", { x: this.width / 2, y: this.parts.height + 24, class: "small mid" }, text));
  }

  get width(): number {
    return Math.max(620, this.parts.width);
  }

  get height(): number {
    return this.parts.height + 40;
  }

  resize(width: number, height: number): boolean {
    const changed = this.parts.resize(width, height);
    if (changed) this.lay();
    return changed;
  }

  update(): void {
    this.parts.update();
  }

  draw(...all: Parameters<Overview["draw"]>): void {
    this.parts.draw(...all);
  }
}
