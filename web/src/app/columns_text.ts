// The text of a mapping's columns, "N={Model Size}, D=65536*steps", by name and back.

// Commas and '=' inside of braces, parentheses and quotes belong to a formula.
export function splitColumns(text: string): Record<string, string> {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const letter of text) {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '{' || letter === '(') ++depth;
    else if (letter === '}' || letter === ')') --depth;
    if (letter === ',' && depth === 0 && quote === '') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${letter}`);
  }
  const formulas: Record<string, string> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at > 0) formulas[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return formulas;
}

export function joinColumns(formulas: Record<string, string>): string {
  return Object.entries(formulas)
    .filter(([, formula]) => formula.trim() !== '')
    .map(([name, formula]) => `${name}=${formula.trim()}`)
    .join(', ');
}
