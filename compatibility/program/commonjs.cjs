const { main } = require('./main.cjs')

void main(async name => require(name))
