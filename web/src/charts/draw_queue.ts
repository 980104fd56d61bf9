// Charts are drawn one a task, the first of the page first, so that it is seen at once and the page answers meanwhile.
type Draw = () => void;

const waiting: Draw[] = [];
let after: Draw[] = [];

function next(): void {
  waiting.shift()?.();
  for (const each of after) each();
  after = [];
  if (waiting.length > 0) setTimeout(next);
}

// Returns what takes it back.
export function drawSoon(draw: Draw): () => void {
  waiting.push(draw);
  if (waiting.length === 1) setTimeout(next);
  return () => {
    const at = waiting.indexOf(draw);
    if (at >= 0) waiting.splice(at, 1, () => undefined);
  };
}

export function afterNextDraw(act: Draw): void {
  after.push(act);
}
