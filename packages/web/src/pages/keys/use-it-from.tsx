import type { IssuedKey } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Tabs } from '../../ui/tabs.tsx'

/** A new key in the programs that people use it from: lines to copy, with the address and the key already in them. */
export function UseItFrom({ issued }: { issued: IssuedKey }) {
  const { t } = useTranslation()
  const { plaintext, env, base_url: url } = issued
  const model = 'openai/gpt-5-mini'
  const places = [
    {
      id: 'shell',
      title: t('keys.shownShell'),
      about: t('keys.shownEnv'),
      code: env.map(({ name, value }) => `export ${name}=${value}`).join('\n'),
    },
    {
      id: 'powershell',
      title: 'PowerShell',
      about: t('keys.shownPowershell'),
      code: env.map(({ name, value }) => `$env:${name} = '${value}'`).join('\n'),
    },
    {
      id: 'dotenv',
      title: '.env',
      about: t('keys.shownDotenv'),
      code: env.map(({ name, value }) => `${name}="${value}"`).join('\n'),
    },
    {
      id: 'curl',
      title: 'curl',
      about: t('keys.shownCurl'),
      code: `curl ${url}/models -H "Authorization: Bearer ${plaintext}"`,
    },
    {
      id: 'python',
      title: 'Python',
      about: t('keys.usePython'),
      code: [
        'from openai import OpenAI',
        '',
        `client = OpenAI(base_url="${url}", api_key="${plaintext}")`,
        `question = {"role": "user", "content": "Hello"}`,
        `print(client.chat.completions.create(model="${model}", messages=[question]))`,
      ].join('\n'),
    },
    {
      id: 'aider',
      title: 'aider',
      about: t('keys.useAider'),
      code: `export OPENAI_API_BASE=${url}\nexport OPENAI_API_KEY=${plaintext}\naider --model openai/${model}`,
    },
    { id: 'open-webui', title: 'Open WebUI', about: t('keys.useOpenWebui'), code: `${url}\n${plaintext}` },
    { id: 'cursor', title: 'Cursor', about: t('keys.useCursor'), code: `${url}\n${plaintext}` },
  ]
  return (
    <Tabs
      label={t('keys.shownUse')}
      tabs={places.map(({ id, title, about, code }) => ({
        id,
        title,
        panel: (
          <div className="grid gap-2">
            <p className="max-w-xl text-sm text-ink-2">{about}</p>
            <CodeBlock code={code} label={title} />
          </div>
        ),
      }))}
    />
  )
}
