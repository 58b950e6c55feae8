// What a terminal sends and gets on its way to a token, as OAuth has it: RFC 8628, RFC 6749 (5), RFC 7009. Fields are named by those.

import { z } from 'zod'
import { named } from './registry.ts'

export const CLIENT = 'houston'
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** No database takes a NUL. */
const text = z
  .string()
  .trim()
  .min(1)
  .refine((all) => !all.includes('\0'), 'has a NUL in it')

export const deviceForm = named(
  'DeviceRequest',
  z.object({
    client_id: z.literal(CLIENT),
    machine: text.max(60).meta({ description: 'What the machine calls itself; shown to whoever decides.' }),
    scope: z.string().max(1_000).default('act').meta({
      description: '`look` or `act`, also `act:application` and `act:application/environment`; several with blanks.',
    }),
  }),
)

export const deviceCodes = named(
  'DeviceCodes',
  z.object({
    ...{ device_code: z.string(), user_code: z.string(), verification_uri: z.string() },
    expires_in: z.number().int().meta({ description: 'Seconds.' }),
    interval: z.number().meta({ description: 'Seconds between two questions for the token.' }),
  }),
)

export type DeviceCodes = z.infer<typeof deviceCodes>

export const tokenForm = named(
  'TokenRequest',
  z.object({
    ...{ grant_type: z.literal(DEVICE_GRANT), client_id: z.literal(CLIENT) },
    device_code: z.string().min(1).max(100),
  }),
)

export const accessToken = named(
  'AccessToken',
  z.object({
    access_token: z.string().meta({ description: 'An API token, told once.' }),
    ...{ token_type: z.literal('Bearer'), expires_in: z.number().int(), scope: z.string() },
  }),
)

export const revokeForm = named('RevokeRequest', z.object({ token: z.string().min(1).max(200) }))

const OAUTH_ERRORS = [
  ...(['authorization_pending', 'slow_down', 'access_denied', 'expired_token', 'invalid_grant'] as const),
  ...(['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type'] as const),
] as const

export type OauthErrorName = (typeof OAUTH_ERRORS)[number]

export const oauthError = named(
  'OauthError',
  z.object({ error: z.enum(OAUTH_ERRORS), error_description: z.string().exactOptional() }),
)
