// The fit file (docs/json.md) of a part of a report, so that the engine can go on from a baked page.
import type {FitPart} from '../document/report.ts';

// Null where the page has but some of the runs: a fit to these would be another one.
export function fitFileOf(part: FitPart): string | null {
  if (part.runs.every > 1) return null;
  return JSON.stringify({
    format: 1,
    command: part.command,
    ...part.fit,
    // Without its draws, which a report may lack, a bootstrap says nothing.
    ...(part.draws ? {draws: part.draws} : {bootstrap: null}),
    law_toml: part.law.toml,
    table: part.runs.columns,
    row_names: rowNames(part.runs.names),
  });
}

// From "line 2" and 'row "a"', as tables call their rows.
function rowNames(labels: string[]): {kind: string; names: (number | string)[]} | undefined {
  const lines = labels.map((label) => /^line (\d+)$/.exec(label)?.[1]);
  if (lines.length > 0 && lines.every((each) => each !== undefined)) return {kind: 'line', names: lines.map(Number)};
  const ids = labels.map((label) => /^row "(.*)"$/s.exec(label)?.[1]);
  if (ids.length > 0 && ids.every((each) => each !== undefined)) return {kind: 'id', names: ids};
  return undefined;
}
