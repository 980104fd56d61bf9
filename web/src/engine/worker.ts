// The script of a Web Worker: the engine in a thread of its own. The page makes it from a Blob, sends
// the bytes of the module, and then requests one at a time.
import {loadEngine} from './module.ts';
import type {FromWorker, ToWorker} from './protocol.ts';

// Progress is for people: ten times a second.
const reportEvery = 100;

let call = 0;
let reported = 0;
const post = (message: FromWorker): void => {
  postMessage(message);
};
const report = (what: string, done: number, total: number): void => {
  const now = performance.now();
  if (now - reported < reportEvery) return;
  reported = now;
  post({call, progress: {what, done, total}});
};

let engine: ReturnType<typeof loadEngine> | undefined;

async function answer(message: ToWorker): Promise<void> {
  if ('module' in message) {
    engine = loadEngine(message.module, report);
    engine.catch(() => undefined); // the first call says so
    return;
  }
  call = message.call;
  try {
    if (engine === undefined) throw new Error('the engine was not sent');
    const loaded = await engine;
    post({call, answer: loaded.call(message.request)});
  } catch (error) {
    post({call, trap: error instanceof Error ? error.message : String(error)});
  }
}

addEventListener('message', (event: MessageEvent<ToWorker>) => {
  void answer(event.data);
});
