/** The values of a new sample go through the circuit level by level, for the eye. */

import { calm } from "./dom";

const DURATION = 450;

export class Wave {
  private running = 0;

  /** Calls `frame` with the highest level that shows its new value, at last with Infinity. */
  start(depth: number, frame: (front: number) => void): void {
    cancelAnimationFrame(this.running);
    if (calm()) return frame(Infinity);
    const begun = performance.now();
    const step = (): void => {
      const share = (performance.now() - begun) / DURATION;
      frame(share < 1 ? share * depth : Infinity);
      if (share < 1) this.running = requestAnimationFrame(step);
    };
    step();
  }

  stop(): void {
    cancelAnimationFrame(this.running);
  }
}
