import '../style/app.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthPage } from './auth-page.tsx'
import { loadTexts } from './texts.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('auth.html has no #app')
const id = location.pathname.split('/').at(-1) ?? ''
createRoot(root).render(
  <StrictMode>
    <AuthPage id={id} texts={await loadTexts()} />
  </StrictMode>,
)
