// Package serve shows a folder of runs in a browser, on the loopback interface of this
// machine alone: the runs and their history, the files of each run, and a run that goes
// on, live.
//
// Reports hold addresses and host names, and what a peer put into them, so the server
// trusts nobody: it answers to no other name than its own (a page elsewhere could be
// given this machine's address, which is DNS rebinding), to no page of another origin,
// and with nothing that is outside its folder, hidden, or behind a link. Whatever it
// makes or hands out runs no script but its own.
package serve
