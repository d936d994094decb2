#!/usr/bin/env node
// The launcher is plain JavaScript that any Node can parse, so that an old one can be told what is wrong.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `keyway needs Node 24.15 or newer; this is ${process.version}. Install it from https://nodejs.org/\n`,
  )
  process.exit(1)
}
startAgainToSaveMemory()
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

/**
 * A server becomes the same program again with what V8 and the C library read only as a process begins. Left alone, V8
 * lets short-lived objects pile up to 100 MB before it looks, and the C library keeps a reserve for each thread. Under
 * load this takes a third off the memory for no more work. Whoever set either, by flag or environment, is left with it.
 */
function startAgainToSaveMemory() {
  const young = '--max-semi-space-size'
  const set = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((flags) => flags.includes(young))
  // Without a command it serves.
  const command = process.argv[2] ?? 'serve'
  const serves = command.startsWith('-') || command === 'serve' || command === 'demo'
  // Windows has no such act, and a parent's channel would not survive it.
  if (set || !serves || process.platform === 'win32' || process.execve === undefined || process.send !== undefined)
    return
  process.execve(process.execPath, [process.execPath, `${young}=8`, ...process.execArgv, ...process.argv.slice(1)], {
    MALLOC_ARENA_MAX: '2',
    ...process.env,
  })
}
