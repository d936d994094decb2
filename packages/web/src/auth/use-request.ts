import type { AppState, AuthChoice, AuthDecision, AuthQuestion } from '@keyway/contract'
import { useCallback, useEffect, useState } from 'react'
import { AppError } from '../api/app-error.ts'
import { request } from '../api/request.ts'

/** Where a request stands. */
export type Stage =
  | { at: 'loading' }
  | { at: 'over' }
  | { at: 'failed'; error: unknown }
  | { at: 'open'; state: AppState; question: AuthQuestion }
  | { at: 'decided'; question: AuthQuestion; decision: AuthDecision; verdict: 'allowed' | 'denied' }

export type Act = {
  stage: Stage
  /** Reads everything anew: after somebody signed in. */
  reload(): Promise<void>
  allow(choice: Omit<AuthChoice, 'csrf'>): Promise<void>
  deny(): Promise<void>
}

/** A request of an app, from its arrival to the person's decision. */
export function useRequest(id: string): Act {
  const [stage, setStage] = useState<Stage>({ at: 'loading' })

  const reload = useCallback(async () => {
    try {
      // In this order: the question's token is of the session that the state tells of.
      const state = await request('GET /api/app/state')
      const question = await request('GET /api/app/auth/:id', { params: { id } })
      setStage(question.state === 'open' ? { at: 'open', state, question } : { at: 'over' })
    } catch (error) {
      setStage(isOver(error) ? { at: 'over' } : { at: 'failed', error })
    }
  }, [id])

  useEffect(() => {
    void reload()
  }, [reload])

  async function decide(verdict: 'allowed' | 'denied', ask: () => Promise<AuthDecision>): Promise<void> {
    if (stage.at !== 'open') return
    const { question } = stage
    try {
      const decision = await ask()
      setStage({ at: 'decided', question, decision, verdict })
      // Not a form: a form's way out would be held to this page's own policy.
      if (decision.redirect_url !== null) location.replace(decision.redirect_url)
    } catch (error) {
      if (!isOver(error)) throw error
      setStage({ at: 'over' })
    }
  }

  return {
    stage,
    reload,
    allow: (choice) =>
      decide('allowed', async () => {
        // Read just now: whoever confirmed that it is them has another session, and with it another token.
        const { csrf } = await request('GET /api/app/auth/:id', { params: { id } })
        return request('POST /api/app/auth/:id/allow', { params: { id }, body: { ...choice, csrf: csrf ?? '' } })
      }),
    deny: () => decide('denied', () => request('POST /api/app/auth/:id/deny', { params: { id } })),
  }
}

function isOver(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not_found' || error.code === 'conflict')
}
