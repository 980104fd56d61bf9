// A refit without some runs, shown with the numbers of the fit that it came from.
import type {Figure} from '../document/figure.ts';
import type {FitPart} from '../document/report.ts';

export function renumbered(original: FitPart, refit: FitPart, excluded: ReadonlySet<number>): FitPart {
  const kept = original.runs.rows.filter((run) => !excluded.has(run));
  const own = (run: number): number => kept[run - 1] ?? run;
  const place = new Map(original.runs.rows.map((run, row) => [run, row]));
  // A value a row of the original; none for runs that are left out.
  const spread = (values: (number | null)[]): (number | null)[] => {
    const all = new Array<number | null>(original.runs.rows.length).fill(null);
    values.forEach((value, row) => {
      const at = place.get(own(row + 1));
      if (at !== undefined) all[at] = value;
    });
    return all;
  };
  const figure = (from: Figure): Figure => ({
    ...from,
    panels: from.panels.map((panel) => ({...panel, marks: panel.marks.map((mark) => ({...mark, runs: mark.runs.map(own)}))})),
  });
  return {
    ...refit,
    figures: refit.figures.map((each) => ({...each, figure: figure(each.figure)})),
    findings: refit.findings.map((each) => ({...each, rows: each.rows.map(own)})),
    runs: {
      ...original.runs,
      predicted: spread(refit.runs.predicted),
      residuals: spread(refit.runs.residuals),
      logarithmic: refit.runs.logarithmic,
      outliers: refit.runs.outliers.map(own),
    },
  };
}
