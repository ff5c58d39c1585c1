// In place of `import`, which reads every export of a built-in module: with `WebSocket`, that of node:http loads Node's
// fetch, 30 ms of a cold start that most clients never need. `require` and this read only what is asked for.
export const { Agent: PlainAgent, createServer, request: plainRequest } = process.getBuiltinModule('node:http')
