import program from './main.cjs'

await program.main(name => import(name))
