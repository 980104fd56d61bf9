// Why to doubt the decision: what the fit and its check found, the gravest first.
import type {FitPart, ReportFinding} from '../document/report.ts';
import type {Study} from '../state/study.ts';

function Finding({finding, study}: {finding: ReportFinding; study: Study}) {
  const mark = (): void => { study.chosen.value = new Set(finding.rows); };
  return (
    <li class={finding.doubt ? '' : 'note'}>
      {finding.text}
      {finding.rows.length > 0 && (
        <>
          {' '}
          <button type="button" class="screen-only small" onClick={mark}>
            {finding.rows.length === 1 ? 'Mark the run' : `Mark the ${finding.rows.length} runs`}
          </button>
        </>
      )}
    </li>
  );
}

export function Doubts({part, study}: {part: FitPart; study: Study}) {
  if (part.findings.length === 0) return <p>The checks of the fit found nothing that speaks against the plan.</p>;
  return (
    <ul class="doubts">
      {part.findings.map((finding, i) => <Finding key={i} finding={finding} study={study} />)}
    </ul>
  );
}
