// Prisma's own schema engine (its WebAssembly build) over a SQLite file; prints one JSON document.
//   prisma-peer.mjs deploy|status DATABASE MIGRATIONS
// Stands in a folder with its packages: tests/lib/prisma.sh.
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

const [command, database, folder] = process.argv.slice(2)
const binary = readFileSync(new URL('./node_modules/@prisma/schema-engine-wasm/schema_engine_bg.wasm', import.meta.url))
const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { './schema_engine_bg.js': bindings })
bindings.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const adapter = bindMigrationAwareSqlAdapterFactory(
    new PrismaBetterSqlite3({ url: `file:${resolve(database)}`, shadowDatabaseUrl: ':memory:' }))
const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', 'datasource db {\n  provider = "sqlite"\n}\n']] }, () => {}, adapter)

const directories = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({
        path: name,
        migrationFile: {
            path: 'migration.sql',
            content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
        },
    }))
const input = {
    migrationsList: {
        baseDir: resolve(folder),
        lockfile: { path: 'migration_lock.toml', content: 'provider = "sqlite"\n' },
        shadowDbInitScript: '',
        migrationDirectories: directories,
    },
    filters: { externalTables: [], externalEnums: [] },
}
try {
    console.log(JSON.stringify(command === 'deploy'
        ? await engine.applyMigrations(input)
        : await engine.diagnoseMigrationHistory({ ...input, optInToShadowDatabase: true })))
} catch (error) {
    console.error(String(error.message ?? error))
    process.exit(1)
}
