/** Elements made in one expression; all text goes in as text. */

type Child = Node | string | null | undefined | false;
type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

function append(node: Element, children: Child[]): void {
  for (const child of children) if (child !== null && child !== undefined && child !== false) node.append(child);
}

function put(node: Element, attributes: Record<string, string | number | boolean | null | undefined>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean | null | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  put(node, attributes);
  append(node, children);
  return node;
}

export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | boolean | null | undefined> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  put(node, attributes);
  append(node, children);
  return node;
}

export function on<E extends Element>(node: E, listeners: Listeners): E {
  for (const [name, listener] of Object.entries(listeners)) {
    node.addEventListener(name, listener as EventListener);
  }
  return node;
}

export function button(label: string, press: () => void, attributes: Record<string, string | boolean | null> = {}): HTMLButtonElement {
  return on(h("button", { type: "button", ...attributes }, label), { click: press });
}

/** Makes an SVG group act as a button, for the mouse and for the keyboard. */
export function pressable<E extends SVGElement>(node: E, label: string, press: () => void): E {
  put(node, { role: "button", tabindex: 0, "aria-label": label });
  node.classList.add("press");
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    press();
  });
  node.addEventListener("keydown", (event) => {
    const { key } = event as KeyboardEvent;
    if (key !== "Enter" && key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    press();
  });
  return node;
}

export const count = (n: number): string => n.toLocaleString("en-US");

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** The value of a port; long ones as hexadecimal. */
export function valueText(value: number | bigint): string {
  const text = String(value);
  if (text.length <= 12) return text;
  const hex = `0x${value.toString(16)}`;
  return hex.length > 26 ? `${hex.slice(0, 24)}…` : hex;
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
