// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from 'vitest'
import { currentGuest, keepGuest } from './guest.ts'
import {
  currentMark,
  currentSession,
  currentToken,
  endSession,
  sessionBesideShare,
  startPublicSession,
  startTokenSession,
  startUserSession,
} from './session.ts'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})

describe('a user’s session', () => {
  test('is known for as long as it lasts', () => {
    startUserSession(1000, 50_000)
    expect(currentSession(50_999)).toEqual({ kind: 'user' })
    expect(currentSession(51_000)).toBeNull()
    expect(currentMark()).toEqual({ startedAt: 50_000, refreshedAt: 50_000, expiresAt: 51_000 })
  })

  test('holds no token, and ends a kept one', () => {
    startTokenSession('a-token', { keep: true })
    startUserSession(60_000)
    expect(currentToken()).toBeNull()
    expect(currentSession()).toEqual({ kind: 'user' })
    endSession()
    expect(currentSession()).toBeNull()
    expect(localStorage).toHaveLength(0)
  })

  test.each(['{', '7', 'null', '{"startedAt":"1","refreshedAt":1,"expiresAt":99999999999999}'])(
    'what is no mark is none: %s',
    (text) => {
      localStorage.setItem('tablegraph.session', text)
      expect(currentMark()).toBeNull()
      expect(currentSession()).toBeNull()
    },
  )
})

test.each([
  ['a token', () => startTokenSession('a-token', { keep: false }), { kind: 'token', token: 'a-token' }],
  ['a visitor', startPublicSession, { kind: 'public' }],
])('%s in one tab leaves the user of the others alone', (_, start, session) => {
  startUserSession(60_000)
  start()
  expect(currentSession()).toEqual(session)
  endSession()
  expect(currentSession()).toEqual({ kind: 'user' })
})

test('at a share’s page the tab is its guest’s, and the user of the others is left alone', () => {
  startUserSession(60_000)
  const mark = currentMark()
  window.history.replaceState(null, '', '/admin/shared/5')
  expect([currentSession(), sessionBesideShare()]).toEqual([{ kind: 'guest' }, { kind: 'user' }])
  window.history.replaceState(null, '', '/admin/sharedness')
  expect(currentSession()).toEqual({ kind: 'user' })
  window.history.replaceState(null, '', '/')
  expect(currentMark()).toEqual(mark)
})

test('who signs in here leaves no guest behind, and what is no guest is none', () => {
  const guest = { share: '5', accessToken: 'a', refreshToken: 'r', renewAt: 1 }
  keepGuest(guest)
  expect(currentGuest()).toEqual(guest)
  startUserSession(60_000)
  expect(currentGuest()).toBeNull()
  for (const text of ['{', 'null', '7', JSON.stringify({ ...guest, renewAt: 'soon' })]) {
    sessionStorage.setItem('tablegraph.guest', text)
    expect(currentGuest(), text).toBeNull()
  }
})
