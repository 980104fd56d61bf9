// Files that a user drops, as the engine opens them.
import type {TextFile} from './protocol.ts';

export interface ReadFiles {
  files: TextFile[];
  sha256: string; // of their bytes, one after the other; '' where the browser does not give it
}

export async function readFiles(dropped: readonly File[]): Promise<ReadFiles> {
  const all = await Promise.all(dropped.map((file) => file.arrayBuffer()));
  const files = await Promise.all(
    all.map(async (bytes, i) => ({name: dropped[i]?.name ?? 'file', text: await textOf(new Uint8Array(bytes))})),
  );
  return {files, sha256: await digest(all)};
}

async function textOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return new TextDecoder().decode(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

async function digest(all: ArrayBuffer[]): Promise<string> {
  // Some browsers have it in pages from https alone, whatever its types say.
  const {subtle} = globalThis.crypto as {subtle?: SubtleCrypto};
  if (subtle === undefined) return '';
  const hash = new Uint8Array(await subtle.digest('SHA-256', await new Blob(all).arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
