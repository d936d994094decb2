import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Place } from './home.ts'
import { describeProblem } from './problem.ts'
import { type ConfigInputs, resolveConfig } from './resolve.ts'
import { SETTINGS } from './settings.ts'

const place: Place = { platform: 'linux', userHome: '/home/ada', workingFolder: '/work' }

function resolve(inputs: Partial<ConfigInputs>) {
  return resolveConfig({ flags: {}, env: {}, place, ...inputs })
}

function file(text: string) {
  return { text, path: '/etc/keyway/keyway.yaml' }
}

function problemsOf(inputs: Partial<ConfigInputs>): string[] {
  return resolve(inputs).problems.map(describeProblem)
}

describe('what is refused', () => {
  test('every problem of every source is reported at once, with its line', () => {
    const text = ['prot: 8080', 'limits:', '  idle_ms: soon', '  body_bites: 1', 'oauth: {require_s256: 7}'].join('\n')
    const problems = problemsOf({ file: file(text), flags: { port: 'many' }, env: { KEYWAY_PREPAID: 'perhaps' } })
    expect(problems).toEqual([
      '--port: expected a whole number',
      'KEYWAY_PREPAID: expected true or false',
      '/etc/keyway/keyway.yaml:1: prot: is not a setting; did you mean port?',
      '/etc/keyway/keyway.yaml:3: limits.idle_ms: expected a whole number',
      '/etc/keyway/keyway.yaml:4: limits.body_bites: is not a setting; did you mean body_bytes?',
      '/etc/keyway/keyway.yaml:5: oauth.require_s256: expected true or false',
    ])
  })

  test('with a problem there is no configuration', () => {
    expect(resolve({ flags: { port: '99999' } }).config).toBeUndefined()
  })

  test('a secret written in the file is refused by name and never repeated', () => {
    const secret = 'sk-proj-canary-9f8e7d'
    const texts = [
      `providers:\n  - provider: openai\n    key: ${secret}`,
      `providers:\n  - provider: openai\n    key: {env: "${secret}"}`,
      `providers:\n  - provider: openai\n    key: {value: ${secret}}`,
      `providers:\n  - provider: openai\n    api_key: ${secret}`,
      `root_key_file: [${secret}]`,
      `log: {level: ${secret}}`,
      `providers: "${secret}`,
      `providers: *${secret}`,
      `port: !!${secret} 1`,
    ]
    for (const text of texts) {
      const resolved = resolve({
        file: file(text),
        env: { KEYWAY_PROVIDERS: secret, KEYWAY_HOUSE__MODELS: `[${secret}` },
      })
      expect(resolved.problems.length, text).toBeGreaterThan(2)
      expect(JSON.stringify(resolved), text).not.toContain(secret)
    }
    expect(problemsOf({ file: file(texts[0] ?? '') })).toEqual([
      '/etc/keyway/keyway.yaml:3: providers[0].key: expected { env: NAME } or { file: path }; a secret itself is never written in this file',
    ])
  })

  test('broken YAML is one problem with its line', () => {
    expect(problemsOf({ file: file('port: 1\nport: 2\n') })).toEqual([
      '/etc/keyway/keyway.yaml:2: YAML: not valid: duplicate key',
    ])
  })

  test('a file that is a list or a text is refused', () => {
    expect(problemsOf({ file: file('- port: 1') })).toHaveLength(1)
    expect(problemsOf({ file: file('hello') })).toHaveLength(1)
  })

  test('aliases that multiply are refused', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1,1]',
      ...'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ]
    expect(problemsOf({ file: file(bomb.join('\n')) })).toEqual([
      '/etc/keyway/keyway.yaml: YAML: not valid: an alias without its anchor, or more than 100 aliases',
    ])
  })

  test('a port set by Kubernetes for a service of our name is explained', () => {
    expect(problemsOf({ env: { KEYWAY_PORT: 'tcp://10.1.2.3:7777' } })[0]).toContain('enableServiceLinks')
  })

  test('two credentials of one provider need two names', () => {
    const text = 'providers:\n  - provider: openai\n  - provider: openai\n  - provider: openai\n    name: second'
    expect(problemsOf({ file: file(text) })).toEqual([
      '/etc/keyway/keyway.yaml:3: providers[1].name: two entries have this provider and name; give each its own name',
    ])
  })
})

describe('who may reach it', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.example.com'])('%s alone is refused', (host) => {
    expect(problemsOf({ flags: { host } })[0]).toContain('--insecure-http')
  })

  test.each(['localhost', '127.0.0.1', '127.8.8.8', '::1'])('%s needs nothing more', (host) => {
    expect(resolve({ flags: { host } }).problems).toEqual([])
  })

  test.each([
    { public_url: 'https://keyway.example.com' },
    { 'tls.cert': 'cert.pem', 'tls.key': 'key.pem' },
    { trusted_proxies: '10.0.0.0/8' },
    { insecure_http: true },
  ])('any of the four ways opens it: %o', (flags) => {
    expect(resolve({ flags: { host: '0.0.0.0', ...flags } }).problems).toEqual([])
  })

  test('insecure_http is said loudly', () => {
    expect(
      resolve({ flags: { host: '0.0.0.0', insecure_http: true } }).warnings.map((warning) => warning.name),
    ).toEqual(['insecure_http'])
  })

  test('a certificate without its key is refused', () => {
    expect(problemsOf({ flags: { 'tls.cert': 'cert.pem' } })).toEqual([
      'tls.key: is missing: tls.cert and tls.key are given together',
    ])
  })

  test.each([
    'ftp://a.example',
    'https://a.example/path',
    'https://u:p@a.example',
    'https://a.example?q',
    'a.example',
    'https://a.example#',
  ])('public_url %s is refused', (url) => {
    expect(problemsOf({ env: { KEYWAY_PUBLIC_URL: url } })).toHaveLength(1)
  })

  test.each(['10.0.0.0/33', '10.0.0', '::1/129', 'proxy', '10.0.0.0/8/8', '10.0.0.0/'])(
    'the proxy range %s is refused',
    (range) => {
      expect(problemsOf({ env: { KEYWAY_TRUSTED_PROXIES: range } })).toHaveLength(1)
    },
  )
})

describe('precedence', () => {
  test('flag > environment > file > saved in the app > default, for any set of them', () => {
    const layer = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined })
    fc.assert(
      fc.property(layer, layer, layer, layer, (flag, env, written, saved) => {
        const resolved = resolve({
          flags: { port: flag?.toString() },
          env: { KEYWAY_PORT: env?.toString() },
          ...(written === undefined ? {} : { file: file(`port: ${written}`) }),
          saved: { port: saved },
        })
        expect(resolved.config?.port).toBe(flag ?? env ?? written ?? saved ?? 7777)
        const from =
          flag !== undefined
            ? 'flag'
            : env !== undefined
              ? 'environment'
              : written !== undefined
                ? 'file'
                : saved !== undefined
                  ? 'saved'
                  : 'default'
        expect(resolved.sources.find((source) => source.name === 'port')?.from).toBe(from)
      }),
    )
  })

  test('a value that loses is checked all the same', () => {
    expect(problemsOf({ flags: { port: '1' }, env: { KEYWAY_PORT: 'x' }, file: file('port: y') })).toHaveLength(2)
  })

  test('settings of one group come from different places', () => {
    const { config } = resolve({
      flags: { 'limits.calls': '5' },
      env: { KEYWAY_LIMITS__IDLE_MS: '5000' },
      file: file('limits: {attempts: 2}'),
    })
    expect(config?.limits).toMatchObject({ calls: 5, idle_ms: 5000, attempts: 2, body_bytes: 33_554_432 })
  })

  test('every setting has a variable, and that variable sets it', () => {
    const samples: Record<string, string> = {
      home: '/h',
      public_url: 'https://a.example',
      root_key_file: '/k',
      host: '127.0.0.2',
    }
    const odd: Record<string, string> = {
      'tls.cert': '/c',
      'tls.key': '/k',
      trusted_proxies: '10.0.0.0/8,::1',
      providers: '[{"provider":"openai"}]',
      prices: '{"a/b":{"input":"1"}}',
      'house.model': 'a/b',
      'house.models': '["a/b"]',
      'accounts.sign_up': 'open',
      'sign_in.require_second_factor': 'managers',
      'sign_in.providers': '[{"id":"google","kind":"google","client_id":"c","client_secret":{"env":"S"}}]',
      'oauth.mode': 'allowlist',
      'oauth.allowed_origins': 'https://app.example,loopback',
      'oauth.apps': '[{"name":"App","callback_urls":["https://app.example/cb"]}]',
      'oauth.default_limit_usd': '2.50',
      'oauth.default_reset': 'daily',
      'oauth.default_days': '30',
      'oauth.limit_usd_max': '50',
      'oauth.days_max': '60',
      'oauth.fresh_above_usd': '10',
      'catalogue.ollama_url': 'http://localhost:9/v1',
      'keys.policies': '{"default":{"rpm":5}}',
      'environment_credentials.reach': 'house',
      'environment_credentials.reach_by_provider': '{"openai":"shared"}',
      'log.level': 'debug',
      'connect.openrouter': 'off',
      'mail.host': 'mail.example.com',
      'mail.from': 'keyway@example.com',
      'mail.from_name': 'Team',
      'mail.user': 'keyway',
      'mail.password.env': 'MAIL_PASSWORD',
      'mail.password.file': '/run/secrets/mail',
      'mail.tls': 'implicit',
      'connect.openrouter_url': 'http://127.0.0.1:9/openrouter/',
    }
    const env: Record<string, string> = {}
    for (const setting of SETTINGS) {
      const text =
        samples[setting.name] ??
        odd[setting.name] ??
        (setting.kind === 'boolean' ? 'yes' : setting.kind === 'number' ? '60000' : undefined)
      if (setting.name.startsWith('limits.')) continue
      if (text === undefined) throw new Error(`no sample for ${setting.name}`)
      env[setting.variable] = text
    }
    const resolved = resolve({ env })
    expect(resolved.problems).toEqual([])
    const others = resolved.sources.filter((source) => source.from !== 'environment').map((source) => source.name)
    expect(others.filter((name) => !name.startsWith('limits.'))).toEqual([])
    expect(env['KEYWAY_OAUTH__REQUIRE_S256']).toBe('yes')
    expect(env['KEYWAY_CONNECT_OPENROUTER']).toBe('off')
    expect(resolved.config?.connect.openrouter_url).toBe('http://127.0.0.1:9/openrouter')
  })

  test.each([
    [{ HOST: 'mail.example.com' }, 'mail.from'],
    [{ FROM: 'Ada <ada@example.com>' }, 'KEYWAY_MAIL__FROM'],
    [{ HOST: 'mail.example.com', FROM: 'k@example.com', USER: 'k' }, 'mail.user'],
    [{ HOST: 'mail.example.com', FROM: 'k@example.com', USER: 'k', PASSWORD__ENV: 'P', TLS: 'none' }, 'mail.tls'],
  ])('a mail server as %j is refused', (given, name) => {
    const env = Object.fromEntries(Object.entries(given).map(([key, value]) => [`KEYWAY_MAIL__${key}`, value]))
    expect(resolve({ env }).problems).toMatchObject([{ name }])
  })

  test.each([
    ['KEYWAY_CONNECT_OPENROUTER', 'maybe'],
    ['KEYWAY_CONNECT_OPENROUTER_URL', 'http://openrouter.example'],
    ['KEYWAY_CONNECT_OPENROUTER_URL', 'https://me@openrouter.example'],
    ['KEYWAY_CONNECT_FLOW_MS', '600001'],
  ])('%s=%s is refused', (name, value) => {
    expect(resolve({ env: { [name]: value } }).problems).toMatchObject([{ name }])
  })

  test('an empty variable counts as unset', () => {
    expect(resolve({ env: { KEYWAY_PORT: ' ' } }).config?.port).toBe(7777)
  })

  test('a variable that is probably misspelt is a warning; those of Kubernetes and of clients are not', () => {
    const env = {
      KEYWAY_PROT: '1',
      KEYWAY_SERVICE_HOST: '10.0.0.1',
      KEYWAY_PORT_7777_TCP: 'tcp://10.0.0.1:7777',
      KEYWAY_API_KEY: 'kwy_k1_x',
    }
    expect(resolve({ env }).warnings).toEqual([
      { name: 'KEYWAY_PROT', message: 'is not a setting and has no effect; did you mean KEYWAY_PORT?' },
    ])
  })
})

describe('what is made of it', () => {
  test('the defaults stand without any source, and are frozen to the bottom', () => {
    const { config } = resolve({})
    expect(config).toMatchObject({
      port: 7777,
      host: 'localhost',
      home: '/home/ada/.local/share/keyway',
      root_key_file: '/home/ada/.local/share/keyway/root.key',
      prepaid: false,
      oauth: { require_s256: false },
    })
    expect(Object.isFrozen(config?.limits)).toBe(true)
    expect(Object.isFrozen(config?.providers)).toBe(true)
  })

  test('an empty file changes nothing', () => {
    for (const text of ['', '# nothing\n', '---\n', 'limits:\n'])
      expect(resolve({ file: file(text) }).problems, text).toEqual([])
  })

  test('paths of the file are relative to it, the others to the working folder', () => {
    const text = 'root_key_file: secrets/root.key\nproviders: [{provider: openai, key: {file: openai.txt}}]'
    const { config } = resolve({
      file: file(text),
      flags: { home: 'data' },
      env: { KEYWAY_TLS__CERT: '~/c.pem', KEYWAY_TLS__KEY: '/k.pem' },
    })
    expect(config?.root_key_file).toBe('/etc/keyway/secrets/root.key')
    expect(config?.providers[0]?.key).toEqual({ file: '/etc/keyway/openai.txt' })
    expect(config?.home).toBe('/work/data')
    expect(config?.tls).toEqual({ cert: '/home/ada/c.pem', key: '/k.pem' })
  })

  test('prices keep their digits, quoted or not', () => {
    const { config } = resolve({
      file: file('prices: {openai/gpt-4o: {input: 2.10, output: "10.000000001", input.cache-read: 1}}'),
    })
    expect(config?.prices['openai/gpt-4o']).toEqual({ input: '2.10', output: '10.000000001', 'input.cache-read': '1' })
  })

  test('the source of each setting names its flag, variable or line', () => {
    const resolved = resolve({
      flags: { port: '0' },
      env: { KEYWAY_HOST: '127.0.0.1' },
      file: file('# ours\nprepaid: true'),
    })
    const where = Object.fromEntries(
      resolved.sources.filter((source) => source.from !== 'default').map((source) => [source.name, source.where]),
    )
    expect(where).toEqual({ port: '--port', host: 'KEYWAY_HOST', prepaid: '/etc/keyway/keyway.yaml:2' })
  })
})
