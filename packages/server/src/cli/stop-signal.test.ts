import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { collect, firstLine, startByNpm } from './test-bin.ts'

test.runIf(process.platform !== 'win32')('a server that npm started stops by itself when npm is ended', async () => {
  const home = await mkdtemp(join(tmpdir(), 'keyway-npm-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const shell = startByNpm(['serve', '--json', '--port', '0'], {
    env: { KEYWAY_HOME: home, KEYWAY_CATALOGUE__REFRESH: 'false' },
  })
  // What the server holds open is closed when it ends, and not when the shell does.
  const ended = collect(shell)
  await firstLine(shell)
  expect(await readdir(home)).toContain('keyway.sock')
  shell.kill('SIGTERM')
  expect((await ended).stderr).toContain('npm ended: finishing the calls that run')
  expect(await readdir(home)).not.toContain('keyway.sock')
})
