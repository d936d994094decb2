import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A person's account at a Linux desktop, with a program of the test's in the place of the desktop's own. For tests. */
export type FakeDesktop = {
  /** Of a process that this person starts. */
  env: Record<string, string>
  /** Their own folder. */
  user: string
  /** What the program told, once it told it. */
  told(): Promise<string>
  /** Forgets it. */
  forget(): Promise<void>
  remove(): Promise<void>
}

/** @param script of sh, in the place of xdg-open: what it prints is told */
export async function fakeDesktop(script: string): Promise<FakeDesktop> {
  const folder = await mkdtemp(join(tmpdir(), 'keyway-desktop-'))
  const [bin, user, told] = [join(folder, 'bin'), join(folder, 'ada'), join(folder, 'told')]
  for (const made of [bin, user]) await mkdir(made)
  const whole = `( ${script} ) > '${told}.part'; code=$?; mv '${told}.part' '${told}'; exit $code`
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\n${whole}\n`)
  await chmod(join(bin, 'xdg-open'), 0o755)
  return {
    env: { PATH: `${bin}:${process.env['PATH']}`, HOME: user, DISPLAY: ':0', KEYWAY_OPEN: 'on' },
    user,
    told: () => readFile(told, 'utf8'),
    forget: () => rm(told),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
