// The engine as the page sees it: promises of answers, in a worker that can be interrupted.
//
//   const engine = new Engine({worker: scriptOfWorker, module: bytesOfWasm});
//   const opened = await engine.ask({do: 'open', id: 'runs', files: [{name: 'runs.csv', text}]});
//   if ('problems' in opened) show(opened.problems); else use(opened.ok);
//
// Requests are answered in the order in which they were asked. One that is aborted rejects with the
// signal's reason; if the worker is at it, it gets a moment to end, for most take a few milliseconds,
// and is then terminated. The next worker is told again what was open. The same happens where the
// engine traps, which is a problem of kind "engine".
import type {
  Answer,
  AnswerTo,
  Answers,
  Bootstrap,
  FitDocument,
  FromWorker,
  Id,
  Problems,
  Request,
  ToWorker,
} from './protocol.ts';

export interface EngineParts {
  worker: string; // the script of worker.ts, bundled
  module: Uint8Array<ArrayBuffer>; // isoflop.wasm
}
export interface Progress {
  what: string;
  done: number;
  total: number;
}
export interface AskOptions {
  signal?: AbortSignal | undefined;
  progress?: ((progress: Progress) => void) | undefined;
}

const grace = 200; // milliseconds that an aborted call gets to end by itself; a new worker takes as long

interface Call {
  request: Request;
  options: AskOptions;
  replay: boolean;
  resolve(answer: Answer<Answers[Request['do']]>): void;
  reject(reason: unknown): void;
}

type Maker = Extract<Request, {id: Id}>;

// What each request is made from: ids that must be there before it.
function sources(request: Maker): Id[] {
  const {table, fit} = request as {table?: Id; fit?: Id};
  return [table, fit].filter((id) => id !== undefined);
}

export class Engine {
  private readonly parts: EngineParts;
  private readonly script: string;
  private worker: Worker | undefined;
  private readonly queue: Call[] = [];
  private running: Call | undefined;
  private calls = 0; // a call that was given up has another number
  // What made what is there, in order, and the ids that are.
  private made: Maker[] = [];
  private readonly live = new Set<Id>();

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.script = URL.createObjectURL(new Blob([parts.worker], {type: 'text/javascript'}));
  }

  ask<R extends Request>(request: R, options: AskOptions = {}): Promise<Answer<AnswerTo<R>>> {
    return new Promise((resolve, reject) => {
      const call: Call = {request, options, replay: false, resolve: resolve as Call['resolve'], reject};
      if (options.signal?.aborted) {
        reject(options.signal.reason as Error);
        return;
      }
      options.signal?.addEventListener('abort', () => {
        this.abort(call);
      }, {once: true});
      this.queue.push(call);
      this.next();
    });
  }

  // Bootstraps a fit over workers of its own, so that this one stays free, and makes `id` the fit
  // with the draws: the same bits whatever their number is.
  async bootstrap(
    how: Bootstrap & {id: Id; level?: number; workers?: number},
    options: AskOptions = {},
  ): Promise<Answer<FitDocument>> {
    const {id, workers, ...asked} = how;
    const saved = await this.ask({do: 'save', id: how.fit}, options);
    if ('problems' in saved) return saved;
    const count = Math.max(1, workers ?? navigator.hardwareConcurrency);
    const files = [{name: 'fit.json', text: saved.ok.text}];
    const done = new Array<number>(count).fill(0);
    const pool = done.map(() => new Engine(this.parts));
    try {
      const answers = await Promise.all(
        pool.map(async (engine, index) => {
          const opened = await engine.ask({do: 'open', id: how.fit, files}, options);
          if ('problems' in opened) return opened;
          const progress = ({what, done: own, total}: Progress): void => {
            done[index] = own;
            options.progress?.({what, done: done.reduce((sum, each) => sum + each, 0), total: total * count});
          };
          return engine.ask({do: 'bootstrap_part', ...asked, index, count}, {signal: options.signal, progress});
        }),
      );
      const parts: string[] = [];
      for (const answer of answers) {
        if ('problems' in answer) return answer;
        parts.push(answer.ok.text);
      }
      return await this.ask({do: 'merge', id, parts}, options);
    } finally {
      for (const engine of pool) engine.close();
    }
  }

  // Ends the worker; what was asked is not answered.
  close(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.queue.length = 0;
    this.running = undefined;
    URL.revokeObjectURL(this.script);
  }

  private next(): void {
    if (this.running !== undefined) return;
    this.worker ??= this.start();
    const call = this.queue.shift();
    if (call === undefined) return;
    this.running = call;
    this.send({call: ++this.calls, request: JSON.stringify(call.request)});
  }

  private send(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    worker.addEventListener('message', (event: MessageEvent<FromWorker>) => {
      if (worker === this.worker) this.receive(event.data);
    });
    worker.addEventListener('error', (event) => {
      if (worker === this.worker) this.fail(event.message);
    });
    worker.postMessage({module: this.parts.module} satisfies ToWorker);
    return worker;
  }

  private receive(message: FromWorker): void {
    const call = this.running;
    if (call === undefined || message.call !== this.calls) return;
    if ('progress' in message) {
      call.options.progress?.(message.progress);
      return;
    }
    if ('trap' in message) {
      this.fail(message.trap);
      return;
    }
    this.running = undefined;
    const answer = JSON.parse(message.answer) as Answer<Answers[Request['do']]>;
    if ('ok' in answer && !call.replay) this.keep(call.request, answer.ok);
    call.resolve(answer); // of an aborted call, to nobody
    this.next();
  }

  // The engine is gone, by a trap or because its worker could not run.
  private fail(what: string): void {
    const call = this.running;
    this.running = undefined;
    // What cannot be opened again must not be tried for ever.
    if (call?.replay) this.made = this.made.filter((maker) => maker !== call.request);
    const problems: Problems = {
      problems: [{at: 'engine', line: 0, column: 0, what: `the engine failed: ${what}; it was started anew`}],
      more: 0,
      kind: 'engine',
    };
    call?.resolve(problems);
    this.restart();
  }

  private restart(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.running = undefined;
    const again = this.queue.filter((call) => !call.replay);
    const ignored = (): void => undefined;
    const replays = this.made.map((request): Call => ({request, options: {}, replay: true, resolve: ignored, reject: ignored}));
    this.queue.splice(0, this.queue.length, ...replays, ...again);
    this.next();
  }

  private abort(call: Call): void {
    call.reject(call.options.signal?.reason);
    const place = this.queue.indexOf(call);
    if (place >= 0) {
      this.queue.splice(place, 1);
      return;
    }
    if (call !== this.running) return;
    setTimeout(() => {
      if (call === this.running) this.restart();
    }, grace);
  }

  // Remembers what makes the engine's state, and forgets what nothing is made from any more.
  private keep(request: Request, answer: unknown): void {
    if (request.do === 'close') this.live.delete(request.id);
    if (!('id' in request) || request.do === 'save') return;
    if (request.do !== 'close') {
      this.live.add(request.id);
      // A comparison takes long, and its answer is its file.
      const files = [{name: 'comparison.json', text: JSON.stringify(answer)}];
      this.made.push(request.do === 'compare' ? {do: 'open', id: request.id, files} : request);
    }
    const wanted = new Set(this.live);
    this.made = this.made.reduceRight<Maker[]>((kept, maker) => {
      if (!wanted.delete(maker.id)) return kept;
      for (const id of sources(maker)) wanted.add(id);
      return [maker, ...kept];
    }, []);
  }
}
