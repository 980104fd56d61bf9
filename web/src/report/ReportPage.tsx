// The report, in the order in which it is read: the decision, why to doubt it, the evidence, how it was made.
import {useSignal} from '@preact/signals';
import type {ReadonlySignal} from '@preact/signals';
import type {ComponentChildren} from 'preact';
import type {FitPart, Report} from '../document/report.ts';
import type {Session} from '../state/session.ts';
import type {Study} from '../state/study.ts';
import {FigureView} from '../charts/FigureView.tsx';
import {Card} from './Decision.tsx';
import {Coefficients} from './Coefficients.tsx';
import {AveragedPlan, Comparison} from './Comparisons.tsx';
import {Doubts} from './Doubts.tsx';
import {Checklist, Citation, Recipe} from './Method.tsx';
import {Planner} from '../planner/Planner.tsx';
import {formatFlops} from '../text/numbers.ts';
import {RunsTable} from './RunsTable.tsx';
import {Section} from './Section.tsx';

function Masthead({report, part}: {report: Report; part: FitPart}) {
  const by = [report.author, report.date].filter(Boolean).join(', ');
  return (
    <div class="masthead">
      <strong>{report.title || `Scaling-law report: ${part.law.key}`}</strong>
      {by !== '' && <span>{by}</span>}
      <span>{`isoflop ${report.version}`}</span>
    </div>
  );
}

interface Part {
  id: string;
  title: string;
  short: string;
  content: ComponentChildren;
}

function partsOf(report: Report, part: FitPart, study: Study, session: Session): Part[] {
  const parts: Part[] = [
    {id: 'doubts', title: 'Why to doubt it', short: 'Doubts', content: <Doubts part={part} study={study} />},
    {id: 'planner', title: 'Plan for other budgets and limits', short: 'Planner', content: <Planner session={session} />},
    {
      id: 'evidence',
      title: 'Evidence',
      short: 'Evidence',
      content: part.figures.map((each) => <FigureView key={each.id} name={each.id} figure={each.figure} study={study} />),
    },
  ];
  if (report.comparisons.length > 0 || report.averaged)
    parts.push({
      id: 'comparison',
      title: 'Against other laws',
      short: 'Comparison',
      content: (
        <>
          {report.averaged && <AveragedPlan averaged={report.averaged} />}
          {report.comparisons.map((each, i) => <Comparison key={i} index={i} part={each} study={study} />)}
        </>
      ),
    });
  parts.push(
    {id: 'coefficients', title: 'The law and its coefficients', short: 'Coefficients', content: <Coefficients part={part} />},
    {id: 'runs', title: 'Runs', short: 'Runs', content: <RunsTable study={study} />},
    {id: 'recipe', title: 'How to repeat it', short: 'Recipe', content: <Recipe part={part} />},
    {id: 'checklist', title: 'What a scaling-law fit should report', short: 'Checklist', content: <Checklist part={part} />},
    {id: 'citation', title: 'Notes and citation', short: 'Citation', content: <Citation part={part} report={report} />},
  );
  return parts;
}

// Several budgets are several plans: the largest is what the decision is about.
function Plans({part}: {part: FitPart}) {
  const which = useSignal(part.plans.length - 1);
  const plan = part.plans[Math.min(which.value, part.plans.length - 1)];
  if (!plan) return <p class="card">{part.no_plan || 'There is no plan.'}</p>;
  return (
    <>
      {part.plans.length > 1 && (
        <div class="tabs screen-only" role="group" aria-label="Budgets">
          {part.plans.map((each, i) => (
            <button key={i} type="button" aria-pressed={plan === each} onClick={() => { which.value = i; }}>
              {budgetName(each.question.flops, i)}
            </button>
          ))}
        </div>
      )}
      <Card plan={plan} part={part} />
    </>
  );
}

function budgetName(flops: unknown, index: number): string {
  return typeof flops === 'number' ? `${formatFlops(flops)} FLOPs` : `plan ${index + 1}`;
}

function FitTabs({report, session}: {report: Report; session: Session}) {
  if (report.fits.length < 2) return null;
  return (
    <div class="tabs screen-only" role="group" aria-label="Fits">
      {report.fits.map((each, i) => (
        <button key={i} type="button" aria-pressed={session.place.value === i} onClick={() => { session.choose(i); }}>
          {each.law.label || each.law.key}
        </button>
      ))}
    </div>
  );
}

export function ReportPage({session, report, above}: {session: Session; report: ReadonlySignal<Report>; above?: ComponentChildren}) {
  const study = session.study.value;
  const part = study.part.value;
  const parts = partsOf(report.value, part, study, session);
  return (
    <main class="wide" id="main" aria-live="off">
      {above}
      <Masthead report={report.value} part={part} />
      <FitTabs report={report.value} session={session} />
      <section id="decision" aria-labelledby="decision-title">
        <h1 id="decision-title">{part.decision || part.no_plan || `${part.law.key} was fitted to ${part.runs.count} runs.`}</h1>
        <Plans part={part} />
        {study.excluded.value.size > 0 && (
          <p class="bound" role="status">{`Refitted without ${study.excluded.value.size} of ${study.original.runs.count} runs.`}</p>
        )}
      </section>
      <nav class="contents screen-only" aria-label="Sections">
        <ul>
          <li><a href="#decision">Decision</a></li>
          {parts.map((each) => <li key={each.id}><a href={`#${each.id}`}>{each.short}</a></li>)}
        </ul>
      </nav>
      {parts.map((each) => (
        // A planner that was not used says nothing on paper.
        <Section key={each.id} id={each.id} title={each.title} screenOnly={each.id === 'planner' && !session.isAsked.value}>
          {each.content}
        </Section>
      ))}
    </main>
  );
}
