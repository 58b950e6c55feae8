// A terminal's way to a token, as RFC 8628 and RFC 7009 have it on the wire: every answer held against the description.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { accessToken, DEVICE_GRANT, deviceCodes } from '../../../src/web/api/schema/oauth.ts'
import { type ApiHouse, nobody, openApiHouse } from '../../support/api-house.ts'

let api: ApiHouse
beforeEach(async () => {
  api = await openApiHouse()
})
afterEach(async () => {
  expect(api.faults).toEqual([])
  await api.close()
})

const post = (path: string, form: Record<string, string>) =>
  api.ask('POST', `/api/v1/oauth/${path}`, { who: nobody, form })
const begin = async () => deviceCodes.parse((await post('device', { client_id: 'houston', machine: 'laptop' })).body)
const poll = (device_code: string) => post('token', { grant_type: DEVICE_GRANT, client_id: 'houston', device_code })
const account = { id: '42', login: 'ada' }

describe('the device flow', () => {
  it('gives codes, is pending, gives the token once, and it can be ended by whoever has it', async () => {
    const { device_code, user_code, verification_uri, expires_in } = await begin()
    expect([verification_uri, expires_in]).toEqual(['https://houston.acme.dev/device', 900])
    expect(await poll(device_code)).toMatchObject({ status: 400, body: { error: 'authorization_pending' } })
    await api.terminals.answer(user_code, account)
    const given = await poll(device_code)
    expect([given.status, given.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const { access_token, scope, expires_in: lasts } = accessToken.parse(given.body)
    expect([scope, lasts]).toEqual(['act', 90 * 24 * 60 * 60])
    expect(await poll(device_code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await api.identity.tokens('42')).toMatchObject([{ name: 'login from laptop', scopes: [{ may: 'act' }] }])
    expect(await post('revoke', { token: access_token })).toMatchObject({ status: 200, body: {} })
    expect(await api.identity.tokens('42')).toEqual([])
    expect(await post('revoke', { token: access_token })).toMatchObject({ status: 200, body: {} })
  })

  it('says no when a person did', async () => {
    const { device_code, user_code } = await begin()
    await api.terminals.answer(user_code, 'denied')
    expect(await poll(device_code)).toMatchObject({ status: 400, body: { error: 'access_denied' } })
  })

  it('keeps the narrower scope that was asked for', async () => {
    const scope = 'look:shop act:shop/staging'
    const codes = deviceCodes.parse((await post('device', { client_id: 'houston', machine: 'm', scope })).body)
    await api.terminals.answer(codes.user_code, account)
    expect(accessToken.parse((await poll(codes.device_code)).body).scope).toBe(scope)
  })

  it.each<[string, string, Record<string, string>, string]>([
    ['no client', 'device', { machine: 'm' }, 'invalid_client'],
    ['another client', 'device', { client_id: 'gh', machine: 'm' }, 'invalid_client'],
    ['no machine', 'device', { client_id: 'houston' }, 'invalid_request'],
    ['a machine of blanks', 'device', { client_id: 'houston', machine: '  ' }, 'invalid_request'],
    ['a long machine', 'device', { client_id: 'houston', machine: 'm'.repeat(61) }, 'invalid_request'],
    ['a scope that is none', 'device', { client_id: 'houston', machine: 'm', scope: 'admin' }, 'invalid_scope'],
    [
      'another grant',
      'token',
      { grant_type: 'password', client_id: 'houston', device_code: 'x' },
      'unsupported_grant_type',
    ],
    ['no code', 'token', { grant_type: DEVICE_GRANT, client_id: 'houston' }, 'invalid_request'],
    ['an unknown code', 'token', { grant_type: DEVICE_GRANT, client_id: 'houston', device_code: 'x' }, 'invalid_grant'],
    ['no token', 'revoke', {}, 'invalid_request'],
  ])('%s', async (_, path, form, error) => {
    expect(await post(path, form)).toMatchObject({ status: 400, body: { error } })
  })

  it('a user code is not a device code, nor the other way round', async () => {
    const { device_code, user_code } = await begin()
    expect(await poll(user_code)).toMatchObject({ body: { error: 'invalid_grant' } })
    expect(await api.terminals.asking(device_code)).toBeUndefined()
  })

  it('takes forms that say everything once, and little', async () => {
    const path = '/api/v1/oauth/device'
    const body = { client_id: 'houston', machine: 'm' }
    expect(await api.ask('POST', path, { body })).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const twice = 'client_id=houston&machine=a&machine=b'
    expect(await api.ask('POST', path, { body: twice, headers })).toMatchObject({ body: { error: 'invalid_request' } })
    expect((await api.ask('POST', path, { form: { ...body, more: 'x'.repeat(5_000) } })).status).toBe(413)
    expect((await api.ask('GET', path)).status).toBe(405)
  })

  it('nothing of this is for a token: whoever is known gets no more by it', async () => {
    const { device_code } = await begin()
    const form = { grant_type: DEVICE_GRANT, client_id: 'houston', device_code }
    expect((await api.ask('POST', '/api/v1/oauth/token', { form })).body).toEqual({ error: 'authorization_pending' })
  })

  it('is not there where nobody can sign in', async () => {
    api.signInOff()
    expect((await post('device', { client_id: 'houston', machine: 'm' })).status).toBe(404)
    expect(z.object({ reason: z.string() }).parse((await poll('x')).body).reason).toBe('not-found')
  })
})
