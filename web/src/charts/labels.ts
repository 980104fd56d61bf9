// Where labels go, so that none covers another. Pixels, y downwards.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Heights near the wanted ones, in their order, at least `gap` apart and inside of [top, bottom] as far
// as there is room: each group of labels that touch is moved as one, to the mean of its wishes.
export function spread(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  interface Group {
    members: number[];
    start: number;
  }
  const groups: Group[] = [];
  const startOf = (members: number[]): number => {
    const wish = members.reduce((sum, each, i) => sum + (wanted[each] ?? 0) - i * gap, 0) / members.length;
    return Math.max(top, Math.min(wish, bottom - (members.length - 1) * gap));
  };
  for (const each of order) {
    let group: Group = {members: [each], start: startOf([each])};
    for (let last = groups.at(-1); last && last.start + last.members.length * gap > group.start; last = groups.at(-1)) {
      groups.pop();
      const members = [...last.members, ...group.members];
      group = {members, start: startOf(members)};
    }
    groups.push(group);
  }
  const heights = wanted.slice();
  for (const {members, start} of groups) members.forEach((each, i) => (heights[each] = start + i * gap));
  return heights;
}

export interface Beside {
  x: number; // of the text's middle line
  y: number;
  anchor: 'start' | 'end' | 'middle';
  box: Box;
}

// Beside a ring: the first of eight sides where the text is inside of `frame` and covers nothing of `taken`.
// `below` is tried first where it is asked for: under a minimum no line goes. Null where there is no such side:
// a chart without one label is better than one with two on each other.
export function beside(x: number, y: number, width: number, height: number, frame: Box, taken: Box[], below = false): Beside | null {
  const away = 10;
  const half = height / 2;
  const sides: [number, number, Beside['anchor']][] = [
    [away, 0, 'start'],
    [-away, 0, 'end'],
    [0, -away - half, 'middle'],
    [0, away + half, 'middle'],
    [away * 0.7, -away, 'start'],
    [away * 0.7, away, 'start'],
    [-away * 0.7, -away, 'end'],
    [-away * 0.7, away, 'end'],
  ];
  if (below) sides.unshift([0, away + half, 'middle']);
  for (const [dx, dy, anchor] of sides) {
    const left = x + dx - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
    const box = {left, right: left + width, top: y + dy - half, bottom: y + dy + half};
    const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
    if (inside && !taken.some((each) => overlaps(each, box))) return {x: x + dx, y: y + dy, anchor, box};
  }
  return null;
}
