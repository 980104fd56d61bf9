// The engine that is packed into the page, started when something first asks for it.
import workerText from 'worker:text';
import {Engine} from './engine/client.ts';

async function unpacked(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

let engine: Promise<Engine> | null = null;

// Null in a page that was built without it.
export function engineOfPage(): Promise<Engine> | null {
  const text = document.getElementById('engine')?.textContent.trim() ?? '';
  if (text === '') return null;
  engine ??= unpacked(text).then((module) => new Engine({worker: workerText, module}));
  return engine;
}
