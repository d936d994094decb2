// What a secret looks like in a provider's words: "Incorrect API key provided: sk-proj-ab**********yz".
const SECRET =
  /\bBearer\s+\S+|\b(?:sk|pk|rk|gsk|csk|xai|pplx|kwy|tgp|hf|r8)[-_][A-Za-z0-9*_.-]{6,}|\bAIza[A-Za-z0-9*_-]{10,}/g

/** Blanks whatever looks like a key, even a masked one, in text that a provider wrote. */
export function redactSecrets(text: string): string {
  return text.replace(SECRET, '[removed]')
}
