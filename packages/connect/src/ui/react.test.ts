import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ConnectLink } from './react.ts'

const LINK = { href: '/connect/start?return_to=%2Fchat', className: 'mine' }

test('on a server the link is a plain link with its own attributes, and works before any script has come', () => {
  expect(renderToStaticMarkup(createElement(ConnectLink, LINK))).toBe(
    '<a href="/connect/start?return_to=%2Fchat" class="mine" data-state="idle">Connect with OpenRouter</a>',
  )
})

test('it says what it is told to, by state or whole, and names another issuer by its host', () => {
  const said = (more: object) =>
    renderToStaticMarkup(createElement(ConnectLink, { ...LINK, ...more })).replace(/<[^>]*>/g, '')
  expect(said({ labels: { idle: 'Continue' } })).toBe('Continue')
  expect(said({ issuer: 'https://keyway.example' })).toBe('Connect with keyway.example')
  expect(said({ children: ({ status }: { status: string }) => `now ${status}` })).toBe('now idle')
})
