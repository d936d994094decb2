import { storeSuite } from '../store-suite.ts'
import { makeSqliteSubject } from './test-subject.ts'

storeSuite('SQLite', makeSqliteSubject)
