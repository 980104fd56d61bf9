// The WebAssembly module of web/engine, with what it wants of a system: next to nothing. Its memory
// grows as it needs; a module that has trapped cannot be called again.

export type Report = (what: string, done: number, total: number) => void;

export interface EngineModule {
  // A request of protocol.ts as JSON; gives the answer as JSON. Throws where the engine traps: out
  // of memory, too deep a stack.
  call(request: string): string;
}

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  request_buffer(size: number): number;
  call(): number;
  answer(): number;
}

// Of WASI: no such function, bad file descriptor.
const missing = 52;
const badFile = 8;

export async function loadEngine(bytes: BufferSource, report: Report): Promise<EngineModule> {
  const module = await WebAssembly.compile(bytes);
  const decoder = new TextDecoder();
  const view = (): DataView => new DataView(engine.memory.buffer);
  const text = (at: number, size: number): string => decoder.decode(new Uint8Array(engine.memory.buffer, at, size));

  const system: Record<string, (...args: number[]) => number> = {
    // Standard error alone is ever written to, and only by what ends the module.
    fd_write: (_file, vectors = 0, count = 0, written = 0) => {
      let size = 0;
      for (let i = 0; i < count; ++i) {
        const length = view().getUint32(vectors + 8 * i + 4, true);
        console.error(text(view().getUint32(vectors + 8 * i, true), length));
        size += length;
      }
      view().setUint32(written, size, true);
      return 0;
    },
    proc_exit: (code) => {
      throw new Error(`the engine ended itself, with ${code}`);
    },
    environ_sizes_get: (count = 0, size = 0) => {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    fd_close: () => badFile,
    fd_seek: () => badFile,
    fd_fdstat_get: () => badFile,
  };
  const wasi: Record<string, (...args: number[]) => number> = {};
  for (const {module: from, name} of WebAssembly.Module.imports(module))
    if (from === 'wasi_snapshot_preview1') wasi[name] = system[name] ?? (() => missing);

  const instance = await WebAssembly.instantiate(module, {
    wasi_snapshot_preview1: wasi,
    page: {
      report: (what: number, size: number, done: number, total: number) => {
        report(text(what, size), done, total);
      },
    },
  });
  const engine = instance.exports as unknown as Exports;
  engine._initialize();

  const encoder = new TextEncoder();
  return {
    call(request) {
      const sent = encoder.encode(request);
      const at = engine.request_buffer(sent.length) >>> 0;
      new Uint8Array(engine.memory.buffer, at, sent.length).set(sent);
      const size = engine.call() >>> 0;
      return text(engine.answer() >>> 0, size);
    },
  };
}
