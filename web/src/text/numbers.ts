// Numbers as the program prints them (src/base/number_text.h), so that the page and the console show
// the same text for the same double.

// The digits of `value`, exact ties to the even digit as C++ has it; JavaScript rounds them up.
function exponential(value: number, digits: number): string {
  const text = value.toExponential(digits - 1);
  const [whole = '', exponent = ''] = value.toExponential(60).split('e');
  const cut = whole.indexOf('.') + digits;
  const rest = whole.slice(cut);
  const even = Number(whole[cut - 1] === '.' ? whole[cut - 2] : whole[cut - 1]) % 2 === 0;
  if (!even || !/^50*$/.test(rest)) return text;
  return `${whole.slice(0, cut).replace(/\.$/, '')}e${exponent}`;
}

function roundTo(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(exponential(value, digits)) : value;
}

// "5.88e23": no zeros at the end, no plus sign in the exponent.
function exponentForm(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = exponential(value, digits).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${short}e${exponent.replace('+', '')}`;
}

// `digits` significant digits, without zeros at the end: "0.34", "5.88e23".
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return 'none';
  const rounded = roundTo(value, digits);
  const size = Math.abs(rounded);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return exponentForm(rounded, digits);
  return String(rounded);
}

const suffixes = [
  ['T', 1e12],
  ['B', 1e9],
  ['M', 1e6],
  ['K', 1e3],
] as const;

// "70B", "1.4T", "226.5M", "512"; beyond 999T: "1.2e24".
export function formatCount(value: number, digits = 3): string {
  const rounded = roundTo(value, digits);
  const size = Math.abs(rounded);
  if (!(size >= 1e3) || !Number.isFinite(size)) return formatNumber(value, digits);
  if (size >= 1e15) return exponentForm(rounded, digits);
  const [letter, factor] = suffixes.find(([, each]) => size >= each) ?? ['K', 1e3];
  return `${roundTo(rounded / factor, digits)}${letter}`;
}

// A budget: exponent form from a million on: "1e12", "5.88e23".
export function formatFlops(value: number): string {
  const rounded = roundTo(value, 6);
  return Number.isFinite(rounded) && rounded >= 1e6 ? exponentForm(rounded, 6) : formatNumber(value, 6);
}

// A share, with more digits where fewer would make 1 of a share below it.
export function formatShare(value: number, digits = 4): string {
  while (value < 1 && roundTo(value, digits) >= 1) ++digits;
  return formatNumber(value, digits);
}

export function formatPercent(share: number, digits = 3): string {
  return `${formatNumber(100 * share, digits)} %`;
}

// "7e9", "1.4T", "270B"; for a sparsity "1:4", which keeps 1 weight of 4. Null for anything else.
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  const pattern = /^(\d+):(\d+)$/.exec(trimmed);
  if (pattern) {
    const [kept, of] = [Number(pattern[1]), Number(pattern[2])];
    return kept >= 1 && kept <= of ? (of - kept) / of : null;
  }
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([KMBT]?)$/.exec(trimmed);
  if (!match?.[1]) return null;
  const exponents: Record<string, string> = {K: 'e3', M: 'e6', B: 'e9', T: 'e12'};
  const letter = match[2] ?? '';
  if (letter && /[eE]/.test(match[1])) return null;
  // "1.4T" as 1.4e12, the nearest double to what was written; a product would round twice.
  const value = Number(match[1] + (exponents[letter] ?? ''));
  return Number.isFinite(value) ? value : null;
}
