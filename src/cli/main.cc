// isoflop: from a table of training runs to a fitted scaling law and a plan.
#include "cli/program.h"

int main(int argc, char** argv) { return isoflop::cli::run_program(argc, argv); }
