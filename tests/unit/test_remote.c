/* Remotes' URLs: who hosts what, and that nobody's password is taken for it. */
#include "../../agent/git/remote.h"
#include "suite.h"
#include <string.h>

static void check(const char *url, const char *host, const char *owner, const char *name)
{
    struct git_remote remote;
    remote_parse(&remote, url);
    ck_assert_msg(strcmp(remote.host, host) == 0, "%s: host %s", url, remote.host);
    ck_assert_msg(strcmp(remote.owner, owner) == 0, "%s: owner %s", url, remote.owner);
    ck_assert_msg(strcmp(remote.name, name) == 0, "%s: name %s", url, remote.name);
}

START_TEST(hosts_owners_and_names)
{
    check("https://github.com/ada/loom.git", "github.com", "ada", "loom");
    check("https://github.com/ada/loom/", "github.com", "ada", "loom");
    check("git@github.com:ada/loom.git", "github.com", "ada", "loom");
    check("github.com:ada/loom", "github.com", "ada", "loom");
    check("ssh://git@host.example.org:2222/ada/loom", "host.example.org", "ada", "loom");
    check("git://host.example.org/ada/loom.git/", "host.example.org", "ada", "loom");
    check("https://gitlab.com/weavers/jacquard/loom.git", "gitlab.com", "weavers/jacquard", "loom");
    check("work:ada/loom.git", "", "ada", "loom");
}
END_TEST

START_TEST(no_secrets)
{
    check("https://ada:s3cr.et@github.com/ada/loom.git", "github.com", "ada", "loom");
    check("https://tok.en@github.com:443/ada/loom.git", "github.com", "ada", "loom");
    check("https://ada:p@ss@github.com/ada/loom", "github.com", "ada", "loom");
}
END_TEST

START_TEST(what_is_hosted_nowhere)
{
    static const char *const urls[] = {"",
                                       "/srv/git/loom.git",
                                       "../loom",
                                       "./a:b/c",
                                       "file:///srv/git/loom.git",
                                       "https://",
                                       "https://github.com",
                                       "https://github.com/loom.git",
                                       "https://github.com///",
                                       ":",
                                       "git@github.com:",
                                       "git@github.com:loom",
                                       "C:\\loom",
                                       "C:/ada/loom",
                                       "ext::sh -c x% a/b"};
    char longest[2048];
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        check(urls[i], "", "", "");
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "https://x.org/a/", 16);
    check(longest, "", "", "");
}
END_TEST

SUITE_MAIN("remote", hosts_owners_and_names, no_secrets, what_is_hosted_nowhere)
