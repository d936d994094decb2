#!/usr/bin/env node
// The launcher is plain JavaScript that any Node can parse, so that an old one can be told what is wrong.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `keyway needs Node 24.15 or newer; this is ${process.version}. Install it from https://nodejs.org/\n`,
  )
  process.exit(1)
}
if (serves()) {
  startAgainToSaveMemory()
  await keepHeapSmall()
}
const { existsSync } = await import('node:fs')
// The repository runs its sources; a published package has none, and carries dist/.
const source = new URL('../src/cli/main.ts', import.meta.url)
if (existsSync(source)) {
  const { enableCompileCache } = await import('node:module')
  const { fileURLToPath } = await import('node:url')
  // What TypeScript and V8 make of the sources, kept beside the packages: a start takes a quarter less.
  enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/keyway', import.meta.url)))
}
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli.js', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))

/** Whether whoever started this Node set the flag. */
function isSet(flag) {
  return [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((flags) => flags.includes(flag))
}

/** Whether the command stays and serves. Without one it does. */
function serves() {
  const command = process.argv[2] ?? 'serve'
  return command.startsWith('-') || command === 'serve' || command === 'demo'
}

/**
 * Left alone, V8 lets the heap grow to about four times what is in use before it looks at all of it: 100 MB more under
 * load, and no less work. What a Node does not know of such a flag it says on stderr, and goes on.
 */
async function keepHeapSmall() {
  const growth = '--heap-growing-percent'
  if (isSet(growth)) return
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString(`${growth}=60`)
}

/**
 * A server becomes the same program again with what V8 and the C library read only as a process begins. Left alone, V8
 * lets short-lived objects pile up to 100 MB before it looks, and the C library keeps a reserve for each thread. Under
 * load this takes a third off the memory for no more work. Whoever set either, by flag or environment, is left with it.
 */
function startAgainToSaveMemory() {
  const young = '--max-semi-space-size'
  // Windows has no such act, and a parent's channel would not survive it.
  if (isSet(young) || process.platform === 'win32' || process.execve === undefined || process.send !== undefined) return
  process.execve(process.execPath, [process.execPath, `${young}=8`, ...process.execArgv, ...process.argv.slice(1)], {
    MALLOC_ARENA_MAX: '2',
    MALLOC_TRIM_THRESHOLD_: '131072',
    ...process.env,
  })
}
