import type {ComponentChildren} from 'preact';

export function Section({id, title, screenOnly = false, children}: {id: string; title: string; screenOnly?: boolean; children: ComponentChildren}) {
  return (
    <section id={id} class={screenOnly ? 'screen-only' : ''} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}
