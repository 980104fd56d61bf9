import type {ComponentChildren} from 'preact';

export function Section({id, title, children}: {id: string; title: string; children: ComponentChildren}) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}
