import { KeywayError } from '../base/errors.ts'
import type { KeyRecord, KeyScope, User } from '../store/records.ts'
import type { AddressMatcher } from './address-list.ts'
import type { ModelMatcher } from './models-list.ts'

/** Whoever a verified key stands for. The same object at every call of the key until the key or its user changes. */
export type Caller = {
  readonly key: Readonly<KeyRecord>
  readonly user: Readonly<User>
  /** Whether the key's list of models allows it. */
  readonly allowsModel: ModelMatcher
  /** Whether the key answers calls from an address; undefined: from all. */
  readonly allowsAddress?: AddressMatcher
}

/** @throws KeywayError `inference_key_required` */
export function requireInference(caller: Caller): void {
  if (caller.key.kind !== 'inference') {
    throw new KeywayError('inference_key_required', 'Management keys cannot call models.')
  }
}

/** Refuses the keys that people gave to apps. @throws KeywayError `app_forbidden` */
export function requireOwnKey(caller: Caller): void {
  if (caller.key.appId !== null) {
    throw new KeywayError('app_forbidden', 'A key that was given to an app cannot do this.')
  }
}

/** @throws KeywayError `scope_required` */
export function requireScope(caller: Caller, scope: KeyScope): void {
  if (!caller.key.policy.scopes?.includes(scope)) {
    throw new KeywayError('scope_required', `The key ${caller.key.label} has not the scope "${scope}".`)
  }
}

/** @throws KeywayError `management_key_required`, in the words that OpenRouter uses */
export function requireManagement(caller: Caller): void {
  if (caller.key.kind !== 'management') {
    throw new KeywayError('management_key_required', 'Only management keys can perform this operation')
  }
}

/**
 * Refuses a call from a web page with a key that was made with `--no-browser`.
 * @param origin the request's Origin header
 * @param guideUrl where the way round is explained
 * @throws KeywayError `browser_forbidden`
 */
export function refuseBrowser(caller: Caller, origin: string | undefined, guideUrl: string): void {
  if (origin !== undefined && caller.key.policy.noBrowser) {
    throw new KeywayError('browser_forbidden', 'This key does not answer calls that carry an Origin header.', {
      fix: `Call from your own server instead of the page, as the proxy guide shows: ${guideUrl}`,
    })
  }
}

/** @param address where the call comes from, asked for only where the key has a list @throws KeywayError `address_not_allowed` */
export function requireAddress({ key, allowsAddress }: Caller, address: () => string): void {
  if (allowsAddress === undefined) return
  const from = address()
  if (!allowsAddress(from)) {
    throw new KeywayError('address_not_allowed', `The key ${key.label} does not answer calls from ${from}.`)
  }
}

/** @throws KeywayError `model_not_allowed` */
export function requireModel(caller: Caller, modelId: string, variant?: string): void {
  if (!caller.allowsModel(modelId, variant)) {
    const name = variant === undefined ? modelId : `${modelId}:${variant}`
    throw new KeywayError('model_not_allowed', `The key ${caller.key.label} may not call "${name}".`)
  }
}
