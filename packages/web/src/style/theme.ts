/** Light, dark, or as the system has it. index.html applies the choice before the first paint. */
export type Theme = 'system' | 'light' | 'dark'

export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

const CHOICE = 'keyway.theme'

export function chosenTheme(): Theme {
  const choice = localStorage.getItem(CHOICE)
  return choice === 'light' || choice === 'dark' ? choice : 'system'
}

/** Changes the theme, here and for the next visit. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem(CHOICE)
    delete document.documentElement.dataset['theme']
  } else {
    localStorage.setItem(CHOICE, theme)
    document.documentElement.dataset['theme'] = theme
  }
}
