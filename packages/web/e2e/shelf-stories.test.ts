import { readFileSync } from 'node:fs'
import type { ExportedConversation, ExportFile } from '@keyway/contract'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, signUp, startFreshKeyway } from './real-server.ts'

// One person, from an imported conversation to an empty house: each story goes on from the one before.

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  await signUp(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(() => keyway.expectKeyless(page))

const link = (name: string) => page.getByRole('link', { name, exact: true })
const choose = async (title: string, item: string) => {
  await link(title).hover()
  await page.getByRole('button', { name: `Actions for ${title}` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

async function bringIn(text: string): Promise<void> {
  await page.goto('/settings/data')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(text) })
}

function written(id: string, title: string, texts: readonly string[]): ExportedConversation {
  const at = (minute: number) => new Date(Date.now() - 3_600_000 + minute * 60_000).toISOString()
  const messages = texts.map((text, n): ExportedConversation['messages'][number] => ({
    id: `${id}-${n}`,
    conversation_id: id,
    parent_id: n === 0 ? null : `${id}-${n - 1}`,
    role: n % 2 === 0 ? 'user' : 'assistant',
    parts: [{ kind: 'text', text }],
    status: 'done',
    model: n % 2 === 0 ? null : 'openai/gpt-5-mini',
    group_id: null,
    prompt_version_id: null,
    figures: null,
    failure: null,
    created_at: at(n),
  }))
  return {
    conversation: {
      id,
      title,
      pinned: false,
      archived: false,
      temporary: false,
      folder_id: null,
      settings: { models: ['openai/gpt-5-mini'], system_prompt: '', parameters: {} },
      active_leaf_id: messages.at(-1)?.id ?? null,
      cost_usd: '0',
      created_at: at(0),
      updated_at: at(texts.length),
    },
    messages,
  }
}

const FILE: ExportFile = {
  kind: 'keyway-conversations',
  version: 1,
  exported_at: new Date().toISOString(),
  conversations: [
    written('trees', 'Wide trees', ['Why is a B-tree wide?', 'Because a page of the disk holds many keys.']),
    written('bread', 'Sourdough', ['Bread at altitude?', 'Less yeast, more water.']),
  ],
  attachments: [],
}

test('a file that is no export is refused in the server’s words, and nothing changes', async () => {
  await page.goto('/settings/data')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') })
  await page.getByRole('alert').waitFor()
  await page.goto('/')
  await page.getByText('No conversations yet.', { exact: false }).waitFor()
})

test('conversations are brought in, once, and stand in the sidebar', async () => {
  for (const told of ['2 conversations were added', '2 were there already']) {
    await bringIn(JSON.stringify(FILE))
    await page.getByText(told).waitFor()
  }
  await page.getByRole('link', { name: 'Back to chat' }).click()
  await link('Wide trees').waitFor()
  await link('Sourdough').waitFor()
})

test('a search finds words of a message, marks them and leads there', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search conversations and commands' }).fill('disk holds')
  const hit = page.getByRole('option', { name: /Wide trees/ })
  await hit.waitFor()
  expect((await hit.locator('mark').allTextContents()).join(' ')).toContain('disk')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/trees?message=trees-1')
  await page.getByText('Because a page of the disk holds many keys.').waitFor()
})

test('renamed, pinned, in a folder, deleted and had back: the server keeps it all', async () => {
  await link('Sourdough').focus()
  await page.keyboard.press('F2')
  await page.getByLabel('Name of the conversation').fill('Bread at altitude')
  await page.keyboard.press('Enter')
  await choose('Wide trees', 'Pin')
  await page.getByText('Pinned', { exact: true }).waitFor()
  await choose('Bread at altitude', 'Move to folder')
  await page.getByRole('textbox', { name: 'New folder' }).fill('Kitchen')
  await page.keyboard.press('Enter')
  await page.getByText('Moved to Kitchen').waitFor()

  await link('Wide trees').focus()
  await page.keyboard.press('Delete')
  await page.getByText('“Wide trees” is deleted').waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await link('Wide trees').waitFor()

  await page.reload()
  await page.getByText('Pinned', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Kitchen\s*1/ }).click()
  await link('Bread at altitude').waitFor()
})

test('a prompt gets its versions, and goes into a message by its name', async () => {
  await page.goto('/prompts?open=new')
  await page.getByLabel('Title').fill('Explain')
  await page.getByLabel('Text', { exact: true }).fill('Explain {{topic}} briefly.')
  await page.getByRole('button', { name: 'Create prompt' }).click()
  await page.getByRole('heading', { name: '/explain' }).waitFor()
  await page.getByLabel('Text', { exact: true }).fill('Explain {{topic}} in one sentence.')
  await page.getByRole('button', { name: 'Save as version 2' }).click()
  await page.getByRole('list', { name: 'Versions of /explain' }).getByText('Version 1').click()
  await page.getByText('Explain {{topic}} briefly.').waitFor()

  await page.goto('/c/trees')
  const composer = page.locator('textarea[name=message]')
  await composer.fill('')
  await composer.pressSequentially('/exp')
  await page.getByRole('option', { name: /Explain/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByLabel('topic').fill('B-trees')
  await page.keyboard.press('Enter')
  await expect.poll(() => composer.inputValue()).toBe('Explain B-trees in one sentence.')
})

test('one conversation is exported to read, as Markdown, and to bring in again, as JSON: once is enough', async () => {
  await page.goto('/c/trees')
  const download = async (item: string) => {
    const begun = page.waitForEvent('download')
    await choose('Wide trees', item)
    const file = await begun
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
  }
  const markdown = await download('Export as Markdown')
  expect(markdown.name).toBe('Wide trees.md')
  const blocks = markdown.text.trimEnd().split('\n\n')
  expect(blocks.toSpliced(1, 1)).toEqual([
    '# Wide trees',
    '## You',
    'Why is a B-tree wide?',
    '## openai/gpt-5-mini',
    'Because a page of the disk holds many keys.',
  ])
  expect(Number.isNaN(Date.parse(blocks[1]?.slice(1, -1) ?? ''))).toBe(false)

  const json = await download('Export as JSON')
  expect(json.name).toBe('Wide trees.json')
  const [exported, ...others] = (JSON.parse(json.text) as ExportFile).conversations
  expect(others).toEqual([])
  const [given] = FILE.conversations
  expect(exported?.messages.map(({ parts }) => parts)).toEqual(given?.messages.map(({ parts }) => parts))
  expect(exported?.conversation).toMatchObject({ id: 'trees', title: 'Wide trees', pinned: true })

  await bringIn(json.text)
  await page.getByText('1 was there already').waitFor()
  await page.goto('/')
  await link('Wide trees').waitFor()
})

test('everything is exported as one file', async () => {
  await page.goto('/settings/data')
  await page.getByLabel('Only providers that do not keep or train on what is sent').check()
  await page.getByText('Saved').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export everything' }).click()
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as ExportFile
  expect(file.conversations.map(({ conversation }) => conversation.title).toSorted()).toEqual([
    'Bread at altitude',
    'Wide trees',
  ])
  await bringIn(JSON.stringify(file))
  await page.getByText('2 were there already').waitFor()
})

test('usage, empty as yet, and people are there for the owner', async () => {
  await page.goto('/settings/usage?scope=workspace')
  await page.getByText('Nothing was called in this time').waitFor()
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Grace')
  await page.getByRole('button', { name: 'Create the link' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pass this link to Grace' })
  expect(await dialog.locator('pre').textContent()).toContain(`${keyway.url}/setup#`)
  await dialog.getByRole('button', { name: 'Done' }).click()
})

test('all conversations are deleted for good, and then all that one has here', async () => {
  await page.goto('/settings/data')
  await page.getByRole('button', { name: 'Delete all conversations' }).click()
  await page.getByLabel('Type “delete” to confirm').fill('delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete all conversations' }).click()
  await page.getByText('All conversations are deleted').waitFor()
  await page.getByRole('link', { name: 'Back to chat' }).click()
  await page.getByText('No conversations yet.', { exact: false }).waitFor()
  await page.getByRole('link', { name: 'Prompts' }).click()
  await page.getByText('/explain').first().waitFor()
  await page.goto('/settings/data')
  await page.getByRole('button', { name: 'Delete all data' }).click()
  await page.getByLabel('Type “delete” to confirm').fill('delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete all data' }).click()
  await page.getByText('All data is deleted').waitFor()
  await page.goto('/prompts')
  await page.getByRole('heading', { name: 'No prompts yet' }).waitFor()
  watched.expectQuiet()
})
