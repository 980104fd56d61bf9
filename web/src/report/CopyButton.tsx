import {useState} from 'preact/hooks';

// Copies a text; says so for a moment. A page from a file may be refused the clipboard: then the old way.
export function CopyButton({text, label = 'Copy'}: {text: string; label?: string}) {
  const [said, say] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch {
      say('Select the text and copy it');
    }
    setTimeout(() => { say(''); }, 2000);
  };
  return (
    <button type="button" class="screen-only" onClick={() => void copy()}>
      {label}
      <span role="status" class="small">{said && ` ${said}`}</span>
    </button>
  );
}
