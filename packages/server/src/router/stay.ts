import type { Removal, Stay } from './attempt.ts'
import type { Candidate } from './eligibility.ts'

/**
 * Puts the endpoint and credential that hold a conversation's cache before all others, or (`only`) in their place.
 * @returns undefined where that endpoint or credential is not among the candidates any more and others may serve; empty
 * where they may not
 */
export function stayWith(
  stay: Stay,
  candidates: readonly Candidate[],
  removed: Removal[],
): readonly Candidate[] | undefined {
  const isHome = ({ endpoint }: Candidate) => endpoint.id === stay.endpoint
  const isKept = (credential: Candidate['credentials'][number]) => (credential?.id ?? null) === stay.credentialId
  const home = candidates.find(isHome)
  const kept = home?.credentials.filter(isKept) ?? []
  const others = candidates.filter((candidate) => !isHome(candidate))
  if (stay.how === 'only') {
    const detail = 'The conversation holds signed or encrypted reasoning of another endpoint or credential.'
    for (const { endpoint } of kept.length === 0 ? candidates : others) {
      removed.push({ endpoint: endpoint.id, rule: 'stay', detail })
    }
    return home === undefined || kept.length === 0 ? [] : [{ ...home, credentials: kept }]
  }
  if (home === undefined || kept.length === 0) return undefined
  const rest = home.credentials.filter((credential) => !isKept(credential))
  return [{ ...home, credentials: [...kept, ...rest] }, ...others]
}
