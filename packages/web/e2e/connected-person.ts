import type { Page } from 'playwright-core'
import { type FreshKeyway, signUp } from './real-server.ts'

/** Signs up and connects the simulated OpenRouter, so that there is something to chat with. Stands on the first page. */
export async function signUpAndConnect(page: Page, keyway: FreshKeyway): Promise<void> {
  keyway.simulation.openrouter.account.consent = 'approve'
  await signUp(page, keyway)
  await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('heading', { name: 'What is on your mind?' }).waitFor()
}

/** Writes a message and sends it with the keyboard. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
}
