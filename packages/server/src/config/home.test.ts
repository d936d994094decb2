import { expect, test } from 'vitest'
import { absolutePath, defaultHome, type Place } from './home.ts'

const linux: Place = { platform: 'linux', userHome: '/home/ada', workingFolder: '/work' }
const mac: Place = { ...linux, platform: 'darwin', userHome: '/Users/ada' }
const windows: Place = { platform: 'win32', userHome: 'C:\\Users\\ada', workingFolder: 'D:\\work' }

test('a relative XDG_DATA_HOME is ignored', () => {
  expect(defaultHome({ XDG_DATA_HOME: 'data' }, linux)).toBe('/home/ada/.local/share/keyway')
})

test('each platform has its own place', () => {
  expect(defaultHome({ XDG_DATA_HOME: '/data' }, linux)).toBe('/data/keyway')
  expect(defaultHome({}, mac)).toBe('/Users/ada/Library/Application Support/keyway')
  expect(defaultHome({ LOCALAPPDATA: 'E:\\Local' }, windows)).toBe('E:\\Local\\keyway')
  expect(defaultHome({}, windows)).toBe('C:\\Users\\ada\\AppData\\Local\\keyway')
})

test('paths become absolute: ~ is the home of the user, the rest is relative to the folder', () => {
  expect(absolutePath('~/keys/a', '/etc', linux)).toBe('/home/ada/keys/a')
  expect(absolutePath('~', '/etc', linux)).toBe('/home/ada')
  expect(absolutePath('~other', '/etc', linux)).toBe('/etc/~other')
  expect(absolutePath('a', '.', linux)).toBe('/work/a')
  expect(absolutePath('a', 'D:\\etc', windows)).toBe('D:\\etc\\a')
})
