import type { Finding } from '../acts/examine.ts'
import { examine } from '../acts/examine.ts'
import { showStatus } from '../acts/keep.ts'
import { testProviders } from '../acts/providers.ts'
import type { Call, Command } from '../command.ts'
import { type Context, present, runAct, type SoundConfig, settle } from '../context.ts'
import { ABSENT, askServer } from '../control-client.ts'
import { examinePlace } from '../examine-place.ts'
import { FailedError } from '../failed-error.ts'
import { messageOf } from '../message-of.ts'
import { printable } from '../table.ts'
import type { Terminal } from '../terminal.ts'

export const doctorCommand: Command = {
  path: 'doctor',
  about: 'Check what Keyway needs to run, and say how to mend what it lacks.',
  operands: [],
  options: { offline: { about: 'Ask no provider.' } },
  examples: ['keyway doctor', 'keyway doctor --offline --json'],
  async run(call, context) {
    const settled = await settle(call, context)
    const findings = await diagnose(call, context, settled)
    const failed = findings.filter((finding) => finding.state === 'failed').length
    const warned = findings.filter((finding) => finding.state === 'warning').length
    present(call, context, { ok: failed === 0, findings }, () => [
      ...findings.flatMap((finding) => findingLines(finding, context.terminal)),
      '',
      failed === 0 && warned === 0 ? 'All is well.' : `${failed} to mend, ${warned} to look at.`,
    ])
    if (failed > 0) throw new FailedError()
  },
}

async function diagnose(call: Call, context: Context, settled: SoundConfig): Promise<Finding[]> {
  const status = await askServer(settled.config.home, showStatus.name, {})
  const server = status === ABSENT ? undefined : showStatus.read(status)
  const findings = await examinePlace({ config: settled.config, server, version: context.version })
  for (const { name, message } of settled.warnings)
    findings.push({
      check: 'configuration',
      state: 'warning',
      detail: `${name}: ${message}`,
      fix: 'See docs/configuration.md',
    })
  // Without a home or a root key there is no house to open, and the place says why.
  if (findings.some((finding) => finding.state === 'failed' && ['home', 'root key'].includes(finding.check)))
    return findings
  try {
    findings.push(...(await runAct(examine, {}, settled)))
    if (!call.has('offline')) findings.push(...(await examineCredentials(settled)))
  } catch (error) {
    findings.push({ check: 'house', state: 'failed', ...messageOf(error) })
  }
  return findings
}

async function examineCredentials(settled: SoundConfig): Promise<Finding[]> {
  const results = await runAct(testProviders, {}, settled)
  if (results.length === 0) {
    return [
      {
        check: 'providers',
        state: 'warning',
        detail: 'there is no credential yet',
        fix: 'Add one: keyway providers add openai --key-stdin',
      },
    ]
  }
  return results.map(({ provider, name, check }) => ({
    check: name === provider ? provider : `${provider} "${name}"`,
    state: check.outcome === 'valid' ? 'ok' : check.outcome === 'rejected' ? 'failed' : 'warning',
    detail: check.detail,
    fix:
      check.outcome === 'valid'
        ? null
        : check.outcome === 'rejected'
          ? `Replace it: keyway providers replace ${provider} --key-stdin`
          : 'Look at the network and at HTTPS_PROXY, then try: keyway providers test',
  }))
}

function findingLines({ check, state, detail, fix }: Finding, terminal: Terminal): string[] {
  const mark = {
    ok: terminal.style('green', 'ok  '),
    warning: terminal.style('yellow', 'look'),
    failed: terminal.style('red', 'FAIL'),
  }[state]
  const line = printable(`${check}: ${detail}`)
  return fix === null ? [`${mark} ${line}`] : [`${mark} ${line}`, `     ${terminal.style('dim', printable(fix))}`]
}
