// Loaded before every test of `npm run prove`: all properties draw from the one seed that the report names.
import fc from 'fast-check'
import { SEED_VARIABLE } from './prove-names.ts'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env[SEED_VARIABLE]) })
