/** A provider's own mark in one colour, beside its name: the text says what the picture shows. */
export function ProviderMark({ kind }: { kind: 'google' | 'github' }) {
  return (
    <svg viewBox="0 0 24 24" className="size-4" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2.4">
      {kind === 'google' ? (
        <path d="M20.5 12.2H12m8.5 0a8.5 8.5 0 1 1-2.6-6.2" strokeLinecap="round" />
      ) : (
        <path
          d="M9 20.5c-4.5 1.4-4.5-2.3-6.3-2.7M15.3 21v-3.3c0-1 .1-1.4-.5-2 2.9-.3 5.9-1.4 5.9-6.3 0-1.3-.5-2.5-1.3-3.4.3-.9.3-2-.1-3.3 0 0-1.1-.3-3.5 1.3a12 12 0 0 0-6.4 0C7 2.400 5.900 2.700 5.900 2.700c-.4 1.300-.4 2.400-.1 3.300A5 5 0 0 0 4.500 9.400c0 4.900 3 6 5.900 6.300-.4.4-.6.9-.6 1.700V21"
          strokeLinecap="round"
          strokeLinejoin="round"
          strokeWidth="1.9"
        />
      )}
    </svg>
  )
}
