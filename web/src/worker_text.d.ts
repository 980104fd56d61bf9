// The bundled script of src/engine/worker.ts (scripts/build.mjs).
declare module 'worker:text' {
  const text: string;
  export default text;
}
